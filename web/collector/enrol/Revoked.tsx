import { isRevoked } from "../../api/device";
import { Button } from "../../ui/Button";
import { Entrance } from "../../ui/Entrance";
import { go } from "../../ui/route";
import { w } from "./words/words";

/** The office took this phone out of service, and everything of it is gone from here. */
export function Revoked() {
  const words = w();
  return (
    <Entrance>
      <section class="card door-card stack" role="alert">
        <h1>{words.revoked.title}</h1>
        <p>{words.revoked.text}</p>
        <Button
          size="large"
          onClick={() => {
            isRevoked.value = false;
            go("today");
          }}
        >
          {words.revoked.go}
        </Button>
      </section>
    </Entrance>
  );
}
