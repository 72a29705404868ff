import { z } from "zod";

/** A name or an address of a host, as a person enters it. */
export const hostSchema = z
	.string()
	.trim()
	.min(1)
	.max(253)
	.regex(/^[A-Za-z0-9._:[\]-]+$/);

export const portSchema = z.number().int().min(1).max(65_535);
