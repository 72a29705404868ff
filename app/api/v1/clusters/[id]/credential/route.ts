import { credentialAnswerSchema, credentialInputSchema } from "@/lib/contracts/credential.ts";
import { credentialAnswer, credentialNote, removeCredential, setCredential } from "@/server/http/credential-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: idParams, answer: credentialAnswerSchema }, async ({ console, params }) => ({
	credential: credentialAnswer(await console.credentials.get({ clusterId: params.id })),
}));

export const PUT = route(
	{ params: idParams, body: credentialInputSchema, answer: credentialAnswerSchema, audit: "credential.set" },
	async (context) => {
		const { id, name } = await context.console.clusters.get(context.params.id);
		context.note({ target: { kind: "cluster", id, name }, values: credentialNote(context.body) });
		return setCredential(context, { clusterId: id });
	},
);

export const DELETE = route({ params: idParams, auditFailure: "credential.remove" }, async (context) => {
	const { id, name } = await context.console.clusters.get(context.params.id);
	context.note({ target: { kind: "cluster", id, name } });
	await removeCredential(context, { clusterId: id });
});
