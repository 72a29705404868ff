import { z } from "zod";

/** The part of a kubeconfig file (`apiVersion: v1, kind: Config`) that we read; other keys are left alone. */
const optionalText = z.string().nullish();

const clusterSchema = z.object({
	server: z.string(),
	"certificate-authority": optionalText,
	"certificate-authority-data": optionalText,
	"insecure-skip-tls-verify": z.boolean().nullish(),
	"tls-server-name": optionalText,
	"proxy-url": optionalText,
});

const userSchema = z.object({
	token: optionalText,
	tokenFile: optionalText,
	username: optionalText,
	password: optionalText,
	"client-certificate": optionalText,
	"client-certificate-data": optionalText,
	"client-key": optionalText,
	"client-key-data": optionalText,
	exec: z.looseObject({ command: z.string().optional() }).nullish(),
	"auth-provider": z.looseObject({ name: z.string().optional() }).nullish(),
	as: optionalText,
	"as-uid": optionalText,
	"as-groups": z.array(z.string()).nullish(),
});

const contextSchema = z.object({ cluster: z.string(), user: z.string().default("") });

const named = <K extends string, T extends z.ZodType>(key: K, schema: T) =>
	z.array(z.object({ name: z.string(), [key]: schema } as { name: z.ZodString } & Record<K, T>)).nullish();

export const kubeconfigSchema = z.object({
	"current-context": optionalText,
	clusters: named("cluster", clusterSchema),
	contexts: named("context", contextSchema),
	users: named("user", userSchema.nullish()),
});

export type Kubeconfig = z.infer<typeof kubeconfigSchema>;
export type KubeconfigCluster = z.infer<typeof clusterSchema>;
export type KubeconfigUser = z.infer<typeof userSchema>;
