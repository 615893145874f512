// @deepgram/sdk: its socket. What follows a Cleared is the next turn's, since audio carries no id.
import { configured, hold } from './conversation.mjs';

class Sockets {
  #client;
  #socket;

  constructor(client) {
    this.#client = client;
  }

  async speak(turn) {
    this.#socket ??= await this.#connect();
    const writing = this.#write(turn);
    let interrupting = false;
    for await (const message of this.#socket.messages()) {
      if (message instanceof Blob) {
        if (!interrupting) turn.hear(Buffer.from(await message.arrayBuffer()));
      } else if (message.type === (interrupting ? 'Cleared' : 'Flushed')) {
        break;
      }
      if (turn.interrupted && !interrupting) {
        interrupting = true;
        await writing;
        this.#socket.sendClear({ type: 'Clear' });
      }
    }
    await writing;
  }

  async #connect() {
    const options = { model: 'aura-2-thalia-en', encoding: 'linear16', sample_rate: 24_000, reconnectAttempts: 0 };
    const socket = await this.#client.speak.v1.connect(options);
    const waiting = [];
    let wake = () => {};
    const put = (entry) => {
      waiting.push(entry);
      wake();
    };
    socket.on('message', (message) => put({ message }));
    socket.on('error', (error) => put({ error }));
    socket.on('close', ({ code, reason }) => put({ error: new Error(`closed with ${code} ${reason}`) }));
    // Not the socket's own iterator: to leave that closes the socket.
    socket.messages = async function* messages() {
      for (;;) {
        while (waiting.length === 0) await new Promise((resolve) => (wake = resolve));
        const { message, error } = waiting.shift();
        if (error) throw error;
        yield message;
      }
    };
    socket.connect();
    await Promise.race([socket.waitForOpen(), new Promise((_, reject) => socket.on('error', reject))]);
    return socket;
  }

  async #write(turn) {
    for await (const text of turn.write()) this.#socket.sendText({ type: 'Speak', text });
    if (!turn.interrupted) this.#socket.sendFlush({ type: 'Flush' });
  }

  async close() {
    this.#socket?.close();
  }
}

await hold(async (key) => new Sockets(await configured('deepgram', key)));
