import { useEffect } from "preact/hooks";

import { session } from "../../api/session";
import { phone } from "../../store/phone";
import { syncNow } from "../../sync/loop";
import { go } from "../../ui/route";
import { SignIn } from "../../ui/SignIn";
import { learnOutcomes } from "../outcomes";
import { learnPerson } from "../person";

/** The session ran out while the phone stayed open: signed in again, it hears what is new. */
export function SignInAgain() {
  const isIn = session.value?.user === phone.value?.device.user_id;
  useEffect(() => {
    if (!isIn) return;
    void learnPerson();
    void learnOutcomes();
    void syncNow();
    go("today");
  }, [isIn]);
  return isIn ? null : <SignIn app="collector" />;
}
