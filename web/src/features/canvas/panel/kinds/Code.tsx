/** Code: the text with completion of its inputs, the hosts it may reach, and a run of the node alone. */
import { useTranslation } from "react-i18next";
import { EXAMPLES } from "@/features/sandbox/snippet";
import { usePanel } from "../context";
import { Fold } from "../parts/Fold";
import { PanelField } from "../parts/PanelField";
import { Segments } from "../parts/Segments";
import { useWords } from "../refs/useWords";
import { Param } from "../schema/SchemaForm";
import { InputsFold, OutputsFold } from "../sections";
import { CodeBox } from "../text/editors";
import { More } from "./ModelChoice";
import { RunAlone } from "./RunAlone";

export function CodeBody() {
  const { t } = useTranslation();
  const { node, readonly, edit, setParam } = usePanel();
  const words = useWords({ closed: true });
  const language = node.params?.language === "javascript" ? "javascript" : "python";
  const code = typeof node.params?.code === "string" ? node.params.code : "";
  const network = Array.isArray(node.params?.network) ? node.params.network.length : 0;
  return (
    <>
      <InputsFold />
      <Fold title={t("canvas-panel:code.title")} places={["/params"]}>
        <PanelField path="/params/language" label={t("canvas-panel:code.language")}>
          <Segments
            disabled={readonly}
            value={language}
            onChange={(next) =>
              edit((current) => {
                const written = current.params?.code;
                // What nobody has changed is replaced by the same in the other language.
                const fresh = !written || written === EXAMPLES[language];
                return { ...current, params: { ...current.params, language: next, code: fresh ? EXAMPLES[next] : written } };
              })
            }
            choices={[
              { value: "python", label: "Python" },
              { value: "javascript", label: "JavaScript" },
            ]}
          />
        </PanelField>
        <PanelField
          path="/params/code"
          label={t("canvas-panel:code.code")}
          hint={t("canvas-panel:code.hint")}
          action={
            code.trim() === "" && !readonly ? (
              <button
                type="button"
                className="rounded text-xs text-accent-text hover:underline"
                onClick={() => setParam(["code"], EXAMPLES[language])}
              >
                {t("canvas-panel:code.example")}
              </button>
            ) : undefined
          }
        >
          <CodeBox
            key={language}
            language={language}
            words={words}
            readOnly={readonly}
            value={code}
            onChange={(text) => setParam(["code"], text)}
            lines={[12, 28]}
          />
        </PanelField>
        <More label={t("canvas-panel:code.network")} open={network > 0}>
          <Param name="network" />
        </More>
        <RunAlone />
      </Fold>
      <OutputsFold />
    </>
  );
}
