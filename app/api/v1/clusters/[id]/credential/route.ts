import { credentialAnswerSchema, credentialInputSchema } from "@/lib/contracts/api.ts";
import { credentialAnswer, credentialInput, credentialNote } from "@/server/http/credential-answers.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const GET = route({ params: idParams, answer: credentialAnswerSchema }, async ({ console, params }) => ({
	credential: credentialAnswer(await console.credentials.get({ clusterId: params.id })),
}));

export const PUT = route(
	{ params: idParams, body: credentialInputSchema, answer: credentialAnswerSchema, audit: "credential.set" },
	async ({ console, params, body, note }) => {
		const { id, name } = await console.clusters.get(params.id);
		note({ target: { kind: "cluster", id, name }, values: credentialNote(body) });
		return { credential: credentialAnswer(await console.credentials.set({ clusterId: id }, credentialInput(body))) };
	},
);

export const DELETE = route({ params: idParams, audit: "credential.remove" }, async ({ console, params, note }) => {
	const { id, name } = await console.clusters.get(params.id);
	note({ target: { kind: "cluster", id, name } });
	await console.credentials.remove({ clusterId: id });
});
