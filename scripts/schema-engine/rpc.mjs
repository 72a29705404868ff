/**
 * Answers one JSON-RPC request of Prisma's command line.
 * @param {{ id: number, method?: string, params?: unknown }} request
 * @param {(method: string, params: unknown) => Promise<{ stdout?: string | null }>} dispatch
 * @param {(message: object) => void} print
 */
export async function answer(request, dispatch, print) {
	// Prisma's replies to requests of our own (`print` below) come back on the same stream.
	if (request.method === undefined) return;
	try {
		const result = await dispatch(request.method, request.params);
		// The native engine asks its caller to print a diff instead of returning it.
		if (request.method === "diff" && result.stdout) {
			print({ jsonrpc: "2.0", id: 1_000_000_000, method: "print", params: { content: result.stdout.replace(/\n$/, "") } });
			result.stdout = null;
		}
		print({ jsonrpc: "2.0", id: request.id, result });
	} catch (error) {
		print({ jsonrpc: "2.0", id: request.id, error: describe(error) });
	}
}

/** @param {any} error whatever was thrown, perhaps with Prisma's code and meta */
function describe(error) {
	const code = typeof error?.code === "string" && error.code.startsWith("P") ? error.code : undefined;
	return {
		code: 4466,
		message: "An error happened. Check the data field for details.",
		data: { is_panic: false, message: String(error?.message ?? error), error_code: code, meta: error?.meta ?? null },
	};
}
