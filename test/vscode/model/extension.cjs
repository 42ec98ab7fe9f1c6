const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

/** Holds the script to play (`script.json`) and receives what the editor told the model. */
const folder = process.env.SCRIPTED_MODEL_FOLDER;

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider('scripted', {
      provideLanguageModelChatInformation: () => [description],
      provideLanguageModelChatResponse: respond,
      provideTokenCount: async (_model, text) => Math.ceil((typeof text === 'string' ? text.length : 50) / 4),
    }),
  );
};

const description = {
  id: 'scripted-1',
  name: 'Scripted One',
  family: 'scripted',
  version: '1',
  maxInputTokens: 100_000,
  maxOutputTokens: 4_000,
  capabilities: { toolCalling: true, imageInput: false },
  isUserSelectable: true,
  isDefault: true,
};

/** Plays the script: the next tool call while there is one, then an answer that shows the last result as it came. */
async function respond(_model, messages, { tools = [] }, progress) {
  const parts = messages.flatMap((message) => [...message.content]);
  const results = parts.filter((part) => part instanceof vscode.LanguageModelToolResultPart).map(textOf);
  const offered = tools.map((tool) => tool.name);
  record('transcript.jsonl', { offered, tools: vscode.lm.tools.map((tool) => tool.name), results });
  // The editor also asks for titles and summaries: requests without tools.
  if (offered.length === 0) return progress.report(new vscode.LanguageModelTextPart('Backtest'));
  const { prompt, calls } = JSON.parse(fs.readFileSync(path.join(folder, 'script.json'), 'utf8'));
  const asked = parts.findLastIndex((part) => textIn(part).includes(prompt));
  const done = parts.slice(asked).filter((part) => part instanceof vscode.LanguageModelToolResultPart).length;
  const call = calls[done];
  const name = call && offered.find((tool) => tool.startsWith('mcp_') && tool.endsWith(`_${call.tool}`));
  if (name) {
    const input = filledIn(call.input, results);
    return progress.report(new vscode.LanguageModelToolCallPart(`call-${results.length}`, name, input));
  }
  const quote = results.length > 0 ? `\n\n\`\`\`json\n${results.at(-1)}\n\`\`\`\n` : '';
  const answer = call
    ? `There is no tool ${call.tool}.`
    : `The script of "${prompt}" ended after calls: ${done}.${quote}`;
  progress.report(new vscode.LanguageModelTextPart(answer));
}

/** Puts in the place of "$name" what the last result with such a field says, as a model does that read it. */
function filledIn(input, results) {
  const text = JSON.stringify(input).replace(/"\$(\w+)"/g, (whole, field) => {
    const found = results.findLast((result) => result.includes(`"${field}":`));
    return found ? JSON.stringify(JSON.parse(found)[field]) : whole;
  });
  return JSON.parse(text);
}

function textIn(part) {
  return part instanceof vscode.LanguageModelTextPart ? part.value : '';
}

function textOf(result) {
  return result.content.map((part) => part.value ?? '').join('');
}

function record(file, value) {
  fs.appendFileSync(path.join(folder, file), `${JSON.stringify(value)}\n`);
}
