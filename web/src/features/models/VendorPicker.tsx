import { CloudOff, Server } from "lucide-react";
import { RadioGroup } from "radix-ui";
import { useTranslation } from "react-i18next";
import type { Vendor, VendorId } from "@/api/types";
import { Avatar } from "@/ui/avatar";

/** Cards of which one is the vendor. */
export function VendorPicker({
  vendors,
  value,
  onChange,
}: {
  vendors: readonly Vendor[];
  value: VendorId | undefined;
  onChange: (vendor: Vendor) => void;
}) {
  const { t } = useTranslation();
  return (
    <RadioGroup.Root
      aria-label={t("models:form.vendor")}
      value={value ?? ""}
      onValueChange={(id) => {
        const vendor = vendors.find((item) => item.id === id);
        if (vendor) onChange(vendor);
      }}
      className="grid grid-cols-2 gap-2 sm:grid-cols-3"
    >
      {vendors.map((vendor) => (
        <RadioGroup.Item
          key={vendor.id}
          value={vendor.id}
          className="flex min-h-12 items-center gap-2.5 rounded-lg border border-line bg-surface px-3 py-2 text-left text-[13px] transition-colors hover:border-line-strong data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft/50"
        >
          <VendorIcon vendor={vendor.id} name={vendor.name} />
          <span className="min-w-0 leading-4.5 font-medium">{vendorName(vendor, t)}</span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}

const TRANSLATED = ["ark", "offline", "openai_compatible", "qwen"] as const;

/** Names that are not proper names are translated. */
export function vendorName(vendor: { id: VendorId; name: string }, t: (key: string) => string) {
  return (TRANSLATED as readonly string[]).includes(vendor.id)
    ? t(`models:vendor.${vendor.id}`)
    : vendor.name;
}

export function VendorIcon({ vendor, name }: { vendor: VendorId; name: string }) {
  if (vendor === "offline" || vendor === "openai_compatible") {
    const Icon = vendor === "offline" ? CloudOff : Server;
    return (
      <span className="flex size-6 shrink-0 items-center justify-center rounded-md bg-hover text-soft">
        <Icon aria-hidden="true" className="size-3.5" />
      </span>
    );
  }
  return <Avatar name={name} square />;
}
