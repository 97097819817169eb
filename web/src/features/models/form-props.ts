import type { Model } from "@/api/types";
import type { FormValues } from "./form-values";

/** What every part of the model form gets. */
export interface FormProps {
  values: FormValues;
  change: (part: Partial<FormValues>) => void;
  errorOf: (field: string) => string | undefined;
  /** The stored model, when one is changed. */
  model: Model | undefined;
}
