/** The rules of account fields, shared by set-up, sign-up and the profile. */
import { z } from "zod";

export const email = z.email("common:field.email").max(254, "common:field.tooLong");
export const name = z
  .string()
  .trim()
  .min(1, "common:field.required")
  .max(64, "common:field.tooLong");
export const password = z
  .string()
  .min(8, "common:field.passwordShort")
  .max(256, "common:field.tooLong");
export const present = z.string().min(1, "common:field.required");
