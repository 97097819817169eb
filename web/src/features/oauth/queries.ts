import { queryOptions } from "@tanstack/react-query";
import { api, path, type Query } from "@/api/client";
import type { Consent, ConsentInput, DeviceRequest } from "@/api/types";

export const consentQuery = (query: Query) =>
  queryOptions({
    queryKey: ["oauth", "consent", query],
    queryFn: ({ signal }) => api.get<Consent>("/oauth/consent", { query, signal }),
    retry: false,
  });

export const deviceQuery = (userCode: string) =>
  queryOptions({
    queryKey: ["oauth", "device", userCode],
    queryFn: ({ signal }) => api.get<DeviceRequest>(path("oauth", "device", userCode), { signal }),
    retry: false,
  });

export const answerConsent = (input: ConsentInput) =>
  api.post<{ redirect_to: string }>("/oauth/consent", input);
export const answerDevice = (userCode: string, approve: boolean) =>
  api.post(path("oauth", "device", userCode), { approve });
