const summaries = {
	"account.created": "A payout account was added",
	"account.updated": "Details of a payout account changed",
	"account.deleted": "A payout account was removed",
	"payment.created": "A payment was started",
	"payment.updated": "Details or progress of a payment changed",
	"payment.completed": "A payment reached its recipient",
	"payment.refunded": "A payment was given back to the user",
	"verification.status.updated":
		"A user's identity verification has a new status",
	"capabilities.updated": "What a user may do has changed",
	"onramp.created": "An on-ramp exists, after an authorised deposit",
	"onramp.updated": "Status, delivery or reversal of an on-ramp changed",
	"onramp.completed": "An on-ramp has delivered all its crypto",
	"achDebitReturn.created": "A bank return of an ACH debit was recorded",
	"achDebitReturn.updated": "Details of a recorded ACH return changed",
	"achDebit.authorized": "The user authorised an ACH deposit",
	"achDebit.deliveryProgress": "Some of a deposit's crypto has been released",
	"achDebit.delivered": "All of a deposit's crypto has been released",
	"achDebit.refunded": "The debited money goes back to the user",
	"achDebit.returned": "The bank returned the debit; `achReturn` tells more",
	"offramp.confirmed": "The crypto of an off-ramp has arrived",
	"offramp.inFlight": "The payout of an off-ramp is on its way",
	"offramp.completed": "The payout of an off-ramp has arrived",
	"offramp.failed": "The payout could not be made; `failureMessage` says why",
	"offramp.refunded": "The value of a failed off-ramp was given back",
	"offramp.reversed": "A payout that had been sent came back",
	"onrampCredit.depositDetected": "A bank credit for an on-ramp has been seen",
	"onrampCredit.completed":
		"The crypto bought with a bank credit was delivered",
	"onrampCredit.failed": "The crypto could not be delivered",
	"onrampCredit.reversed": "A credit that had funded an on-ramp was taken back",
	"onrampCredit.refunded": "The bank credit was sent back",
} as const;

export type EventName = keyof typeof summaries;

/** The events an integrator can subscribe to, in the order of the provider's own list; `*` stands for all of them. */
export const events = Object.fromEntries(
	Object.entries(summaries).map(([name, summary]) => [name, { summary }]),
) as Readonly<Record<EventName, { readonly summary: string }>>;
