interface Export {
	/** What the file is called after the product: `audit`. */
	what: string;
	format: "csv" | "json";
	/** Its text, piece by piece. */
	texts: AsyncGenerator<string>;
	now: Date;
	/** How many it holds where that is not all of them; its name and the header `x-gantry-cut` say so. */
	newest: number | null;
}

/** Answers with a file to be saved, written while it is read: no faster than the client takes it, and no further than it stays. */
export function exportAnswer({ what, format, texts, now, newest }: Export): Response {
	const fileName = `gantry-${what}-${now.toISOString().slice(0, 10)}${newest === null ? "" : `-newest-${newest}`}.${format}`;
	return new Response(streamed(texts), {
		headers: {
			"cache-control": "no-store",
			"x-content-type-options": "nosniff",
			"content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/json",
			"content-disposition": `attachment; filename="${fileName}"`,
			...(newest === null ? {} : { "x-gantry-cut": String(newest) }),
		},
	});
}

/** The records as one JSON array, a line each. */
export async function* jsonArray(records: AsyncIterable<unknown>): AsyncGenerator<string> {
	let begun = false;
	for await (const record of records) {
		yield `${begun ? ",\n" : "[\n"}${JSON.stringify(record)}`;
		begun = true;
	}
	yield begun ? "\n]\n" : "[]\n";
}

function streamed(texts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	return new ReadableStream<Uint8Array>({
		async pull(controller) {
			const next = await texts.next();
			if (next.done) controller.close();
			else controller.enqueue(encoder.encode(next.value));
		},
		async cancel() {
			await texts.return(undefined);
		},
	});
}
