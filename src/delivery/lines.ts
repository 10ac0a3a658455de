import Queue from "yocto-queue";

/** Ordered delivery: for each endpoint, the one whose turn it is and those that wait behind it. */
export interface Lines<Member> {
	/** Stands in line; true: it is its turn at once. */
	join(endpoint: string, member: Member): boolean;
	/** Whether another one's turn comes first. */
	waits(endpoint: string, member: Member): boolean;
	/** Ends a turn, and gives the one whose turn it is now; nothing for one whose turn it was not. */
	leave(endpoint: string, member: Member): Member | undefined;
	clear(): void;
}

/** `isDone`: one that was served out of turn, and is passed over when its turn comes. */
export function createLines<Member>(
	isDone: (member: Member) => boolean,
): Lines<Member> {
	const lines = new Map<string, { head: Member; behind: Queue<Member> }>();
	return {
		join(endpoint, member) {
			const line = lines.get(endpoint);
			line?.behind.enqueue(member);
			if (line === undefined)
				lines.set(endpoint, { head: member, behind: new Queue() });
			return line === undefined;
		},
		waits(endpoint, member) {
			const line = lines.get(endpoint);
			return line !== undefined && line.head !== member;
		},
		leave(endpoint, member) {
			const line = lines.get(endpoint);
			if (line === undefined || line.head !== member) return undefined;
			let next = line.behind.dequeue();
			while (next !== undefined && isDone(next)) next = line.behind.dequeue();
			if (next === undefined) lines.delete(endpoint);
			else line.head = next;
			return next;
		},
		clear: () => lines.clear(),
	};
}
