// The openai SDK: a reply in one request, read as it comes. The second argument is the format.
import { configured, hold } from './conversation.mjs';

const format = process.argv[2];

class Speech {
  #client;

  constructor(client) {
    this.#client = client;
  }

  async speak(turn) {
    turn.encoding = format === 'pcm' ? 's16le' : 'file';
    const input = await turn.text();
    const request = { model: 'gpt-4o-mini-tts', voice: 'coral', input, response_format: format };
    const reply = await this.#client.audio.speech.create(request);
    for await (const audio of reply.body) {
      turn.hear(audio);
      if (turn.interrupted) break; // which hangs up
    }
  }

  async close() {}
}

await hold(async (key) => new Speech(await configured('openai', key)));
