// elevenlabs-js. Ways: "stream" and "timestamps"; its SDK has no socket for speech.
import { configured, hold } from './conversation.mjs';

const VOICE = 'JBFqnCBsd6RMkjVDRZzb';
const way = process.argv[2];

class Speech {
  #client;

  constructor(client) {
    this.#client = client;
  }

  async speak(turn) {
    const text = await turn.text();
    await (way === 'stream' ? this.#stream(turn, text) : this.#streamWithTimestamps(turn, text));
  }

  async #stream(turn, text) {
    turn.encoding = 'file';
    for await (const audio of await this.#client.textToSpeech.stream(VOICE, { text })) {
      turn.hear(audio);
      if (turn.interrupted) break;
    }
  }

  async #streamWithTimestamps(turn, text) {
    const request = { text, outputFormat: 'pcm_24000' };
    for await (const piece of await this.#client.textToSpeech.streamWithTimestamps(VOICE, request)) {
      turn.hear(Buffer.from(piece.audioBase64, 'base64'));
      const at = piece.alignment;
      at?.characters.forEach((character, index) =>
        turn.timing.push([character, at.characterStartTimesSeconds[index], at.characterEndTimesSeconds[index]]),
      );
      if (turn.interrupted) break;
    }
  }

  async close() {}
}

await hold(async (key) => new Speech(await configured('elevenlabs', key)));
