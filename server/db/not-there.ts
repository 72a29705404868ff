import { Prisma } from "./generated/client.ts";

/** What a statement or a transaction asked for is not there. */
export function isNotThere(error: unknown): boolean {
	return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2025";
}

/** For a `catch`: throws `refusal` where what was asked for is not there, and else what it was given. */
export function ifNotThere(refusal: Error): (error: unknown) => never {
	return (error) => {
		throw isNotThere(error) ? refusal : error;
	};
}
