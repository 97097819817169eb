/** The language and theme menus, for the shell and for pages outside it. */
import { Check, Languages, Monitor, Moon, Sun } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { Locale, Me } from "@/api/types";
import { LOCALE_NAMES, LOCALES, setLocale } from "@/i18n";
import { Button } from "@/ui/button";
import { Menu, MenuContent, MenuItem, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "@/ui/menu";
import { queryClient } from "./query";
import { meQuery } from "./session";
import { setTheme, THEMES, useTheme, type Theme } from "./theme";

const ICONS = { system: Monitor, light: Sun, dark: Moon };

/** Switches the language, and the account's when somebody is signed in. */
export async function chooseLocale(locale: Locale): Promise<void> {
  await setLocale(locale);
  const me = queryClient.getQueryData<Me>(meQuery.queryKey);
  if (!me || me.user.locale === locale) return;
  queryClient.setQueryData(meQuery.queryKey, await api.patch<Me>("/me", { locale }));
}

export function ThemeItems() {
  const { t } = useTranslation();
  const theme = useTheme();
  return (
    <MenuRadioGroup value={theme} onValueChange={(next) => setTheme(next as Theme)}>
      {THEMES.map((item) => (
        <MenuRadioItem key={item} value={item}>
          {t(`app:theme.${item}`)}
        </MenuRadioItem>
      ))}
    </MenuRadioGroup>
  );
}

export function LocaleItems() {
  const { i18n } = useTranslation();
  return LOCALES.map((locale) => (
    <MenuItem key={locale} lang={locale} onSelect={() => void chooseLocale(locale)}>
      <span className="flex-1">{LOCALE_NAMES[locale]}</span>
      {i18n.language === locale && <Check className="!text-accent-text" />}
    </MenuItem>
  ));
}

/** Both menus as two quiet buttons: for sign-in and the like. */
export function PreferenceBar() {
  const { t, i18n } = useTranslation();
  const Icon = ICONS[useTheme()];
  return (
    <div className="flex gap-1">
      <Menu>
        <MenuTrigger asChild>
          <Button variant="ghost" size="sm">
            <Languages />
            <span className="sr-only">{t("app:language")}</span>
            {LOCALE_NAMES[i18n.language as Locale]}
          </Button>
        </MenuTrigger>
        <MenuContent align="end">
          <LocaleItems />
        </MenuContent>
      </Menu>
      <Menu>
        <MenuTrigger asChild>
          <Button variant="ghost" size="icon-sm" aria-label={t("app:theme.label")}>
            <Icon />
          </Button>
        </MenuTrigger>
        <MenuContent align="end">
          <ThemeItems />
        </MenuContent>
      </Menu>
    </div>
  );
}
