// @livekit/agents with one of its plugins, as an agent uses them.
import { initializeLogger } from '@livekit/agents';

import { configured, describe, hold } from './conversation.mjs';

const [plugin, way] = process.argv[2].split('/');

class Agent {
  #tts;
  #error = null;

  constructor(tts) {
    this.#tts = tts;
    this.#tts.on('error', ({ error }) => (this.#error ??= error));
  }

  async speak(turn) {
    const whole = way === 'http' || !this.#tts.capabilities.streaming;
    await (whole ? this.#speakWhole(turn) : this.#stream(turn));
    if (this.#error && !turn.interrupted) turn.error = describe(this.#error);
  }

  async #stream(turn) {
    const stream = this.#tts.stream();
    const writing = this.#push(stream, turn);
    await this.#play(stream, turn);
    await writing;
  }

  async #push(stream, turn) {
    for await (const delta of turn.write()) stream.pushText(delta);
    if (!turn.interrupted) stream.endInput();
  }

  async #speakWhole(turn) {
    await this.#play(this.#tts.synthesize(await turn.text()), turn);
  }

  async #play(stream, turn) {
    turn.interrupt.signal.addEventListener('abort', () => stream.close());
    for await (const heard of stream) {
      if (typeof heard === 'symbol') break;
      turn.rate = heard.frame.sampleRate;
      for (const word of heard.timedTranscripts ?? []) turn.timing.push([word.text, word.startTime, word.endTime]);
      const { buffer, byteOffset, byteLength } = heard.frame.data;
      turn.hear(new Uint8Array(buffer, byteOffset, byteLength));
      if (turn.interrupted) break;
    }
  }

  async close() {
    await this.#tts.close();
  }
}

initializeLogger({ pretty: false, level: 'warn' });
await hold(async (key) => new Agent(await configured(`agents-js/${plugin}`, key)));
