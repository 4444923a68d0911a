// Why a deployment is as it is: the reason of one that has ended; of one in progress the parts that the API gives, worded with times in the operator's zone.

import { html } from './vendor/htm-preact-standalone.js';
import { Text, Time } from './parts.js';
import { inZone, visible } from './text.js';

const WORDS = {
  never_fetched: ({ time }) => (time ? html`Not fetched; the agent last asked <${Time} at=${time} />` : 'Not fetched: the server has never asked'),
  fetched: ({ time }) => html`Fetched <${Time} at=${time} />, no end reported`,
  report_refused: ({ time, detail }) => html`A report was refused <${Time} at=${time} />: ${visible(detail.replace(/^.*? because: /s, ''))}`,
  server_silent: ({ time }) => html`Server silent for <${Time} at=${time} isSpan=${true} />`,
  overdue: ({ time, detail }) => html`Overdue${time ? html` for <${Time} at=${time} isSpan=${true} />` : null}${detail.replace(/^overdue/, '')}`,
  set_in_progress_by_hand: ({ time }) => html`Set in progress by hand <${Time} at=${time} />, which starts no run`,
  rotated_url: ({ time, detail }) => html`The agent asks with a URL that ${detail.includes('expired') ? 'has expired' : 'was rotated'}, for <${Time} at=${time} isSpan=${true} />: give it the server’s new one`,
};

/** The words for all parts of why a deployment is in progress. One that the board has no words for is in the service's own. */
export function Waiting({ parts }) {
  return parts.map((part, index) => html`<span key=${part.code}>${index ? '; ' : ''}${part.code in WORDS ? WORDS[part.code](part) : visible(inZone(part.detail))}</span>`);
}

/** Why, in a row of a table or above a deployment. */
export function Why({ deployment, most, isWhole, none }) {
  return deployment.waiting_for_parts?.length
    ? html`<${Waiting} parts=${deployment.waiting_for_parts} />`
    : html`<${Text} of=${deployment.waiting_for ?? deployment.status_reason} most=${most} isWhole=${isWhole} none=${none} />`;
}
