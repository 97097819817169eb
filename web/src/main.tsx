import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { GlobalToaster } from "@/app/GlobalToaster";
import { queryClient } from "@/app/query";
import { router } from "@/app/router";
import "@/app/theme";
import { startI18n } from "@/i18n";
import "./index.css";

await startI18n();
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <GlobalToaster />
      </QueryClientProvider>
    </StrictMode>,
  );
