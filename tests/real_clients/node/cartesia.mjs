// cartesia-js: its socket, which always speaks TLS.
import { createRequire } from 'node:module';

import { configured, hold } from './conversation.mjs';

const { TTSWS } = createRequire(import.meta.url)('@cartesia/cartesia-js/resources/tts/ws');

class Sockets {
  #socket;
  #failed;

  constructor(client) {
    this.#socket = new TTSWS(client);
    this.#failed = new Promise((_, reject) => this.#socket.on('error', reject));
    this.#failed.catch(() => {});
  }

  async speak(turn) {
    await Promise.race([this.#failed, this.#speak(turn)]);
  }

  async #speak(turn) {
    await this.#socket.connect();
    const context = this.#socket.context({
      model_id: 'sonic-3',
      voice: { mode: 'id', id: '6ccbfb76-1fc6-48f7-b71d-91ac6298247b' },
      output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 24_000 },
      add_timestamps: true,
    });
    const writing = this.#write(context, turn);
    for await (const event of context.receive()) {
      this.#take(event, turn);
      if (turn.interrupted) {
        await writing;
        await context.cancel();
        return;
      }
    }
    await writing;
  }

  async #write(context, turn) {
    for await (const transcript of turn.write()) await context.push({ transcript });
    if (!turn.interrupted) await context.no_more_inputs();
  }

  #take(event, turn) {
    if (event.type === 'chunk') turn.hear(Buffer.from(event.data, 'base64'));
    if (event.type === 'error') throw new Error(`${event.status_code} ${event.title}: ${event.message}`);
    if (event.type === 'timestamps') {
      const { words, start, end } = event.word_timestamps;
      words.forEach((word, index) => turn.timing.push([word, start[index], end[index]]));
    }
  }

  async close() {
    this.#socket.close();
  }
}

await hold(async (key) => new Sockets(await configured('cartesia', key)));
