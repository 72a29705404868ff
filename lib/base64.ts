/** The bytes that base64 stands for. Throws where it is none. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
	const binary = atob(text);
	const bytes = new Uint8Array(binary.length);
	for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
	return bytes;
}

/** The text that base64 stands for, or null where the bytes are no UTF-8 text: such a file is shown by its size and hash. */
export function textOfBase64(text: string): string | null {
	const bytes = bytesOfBase64(text);
	if (bytes.includes(0)) return null;
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return null;
	}
}
