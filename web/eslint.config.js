import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// The direction of imports: ui knows nothing of ours, api knows nothing of
// features, and app (the shell) is known to features only by its public edges.
const layer = (files, forbidden, message) => ({
  files,
  rules: {
    "no-restricted-imports": ["error", { patterns: [{ group: forbidden, message }] }],
  },
});

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.d.ts"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-console": "error",
      "max-lines": ["error", { max: 500 }],
    },
  },
  layer(["src/ui/**"], ["@/app/*", "@/api/*", "@/features/*"], "ui/ holds primitives only."),
  layer(["src/api/**"], ["@/app/*", "@/ui/*", "@/features/*"], "api/ knows the wire only."),
  { files: ["e2e/**", "mock/**", "scripts/**"], rules: { "no-console": "off" } },
);
