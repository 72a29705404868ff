import { Prisma } from "./generated/client.ts";

/** For a `catch`: throws `refusal` where another row has already what only one may have, and else what it was given. */
export function ifTaken(refusal: Error): (error: unknown) => never {
	return (error) => {
		throw error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002" ? refusal : error;
	};
}
