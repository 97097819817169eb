/** Languages: detection, loading on demand, switching. Keys are `feature:key`. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Locale } from "@/api/types";

export const LOCALES: readonly Locale[] = ["zh-CN", "en"];
export const LOCALE_NAMES: Record<Locale, string> = { "zh-CN": "简体中文", en: "English" };
const STORED = "hearth.locale";

type Resources = Record<string, Record<string, unknown>>;
// One chunk per language: only the one in use is loaded.
const LOADERS: Record<Locale, () => Promise<{ default: Resources }>> = {
  "zh-CN": () => import("./zh-CN"),
  en: () => import("./en"),
};

export function isLocale(text: unknown): text is Locale {
  return LOCALES.includes(text as Locale);
}

/** The first wanted language that we speak; any Chinese is ours, else English. */
export function pickLocale(wanted: readonly (string | null | undefined)[]): Locale {
  for (const tag of wanted) {
    if (!tag) continue;
    if (isLocale(tag)) return tag;
    if (/^zh\b/i.test(tag)) return "zh-CN";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

async function load(locale: Locale): Promise<void> {
  if (i18next.hasResourceBundle(locale, "common")) return;
  const { default: resources } = await LOADERS[locale]();
  for (const [namespace, keys] of Object.entries(resources))
    i18next.addResourceBundle(locale, namespace, keys);
}

export function currentLocale(): Locale {
  return isLocale(i18next.language) ? i18next.language : "en";
}

/** Switches the language; `remember` keeps it for this browser. */
export async function setLocale(locale: Locale, remember = true): Promise<void> {
  await load(locale);
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
  if (!remember) return;
  try {
    localStorage.setItem(STORED, locale);
  } catch {
    // Blocked storage: the choice holds until the page is left.
  }
}

export async function startI18n(): Promise<void> {
  const locale = pickLocale([stored(), ...navigator.languages]);
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    ns: [],
    defaultNS: "common",
    resources: {},
    // React escapes already.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await load(locale);
  await setLocale(locale, false);
}
