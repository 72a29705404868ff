import { sshTestSchema } from "@/lib/contracts/node-page.ts";
import { idParams } from "@/server/http/parameters.ts";
import { route } from "@/server/http/route.ts";

export const POST = route(
	{ params: idParams, answer: sshTestSchema, audit: "node.test-ssh" },
	async ({ console, params, note, request }) => {
		const { id, name } = await console.nodes.get(params.id);
		note({ target: { kind: "node", id, name } });
		const test = await console.testSsh(id, request.signal);
		const failed = test.steps.find((step) => step.error !== null);
		if (failed?.error) note({ values: { step: failed.id, code: failed.error.code } });
		return test;
	},
);
