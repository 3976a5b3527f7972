import { may } from "../../ui/me";
import { route, to } from "../../ui/route";
import { ColumnsPage } from "./ColumnsPage";
import { ImportedCases } from "./ImportedCases";
import { Imports } from "./Imports";
import { NewImport } from "./NewImport";
import { RunPage } from "./RunPage";
import { w } from "./words/words";

/** Files of a creditor: what came in before, and the way of a new one. */
export function ImportPart() {
  const [, part, id] = route.value;
  if (!may("import:apply")) return <NoRight />;
  if (part === "new") return <NewImport />;
  if (part === "files" && id) return <ColumnsPage key={id} fileId={id} />;
  if (part === "runs" && id) return <RunPage key={id} runId={id} />;
  if (part === "cases" && id) return <ImportedCases key={id} importId={id} />;
  return <Imports />;
}

function NoRight() {
  const words = w().noRight;
  return (
    <section class="card stack no-right">
      <h1>{words.title}</h1>
      <p>{words.text}</p>
      <a href={to("today")}>{words.toDay}</a>
    </section>
  );
}
