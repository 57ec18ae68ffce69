// What a public JSON-RPC client expects of the broker, over any byte stream.
'use strict';
const assert = require('node:assert');
const { randomUUID } = require('node:crypto');
const rpc = require('vscode-jsonrpc/node');

function connect({ input, output }) {
    const client = rpc.createMessageConnection(new rpc.StreamMessageReader(input),
                                               new rpc.StreamMessageWriter(output));
    client.listen();
    return client;
}

async function refusal(call) {
    try {
        await call;
    } catch (error) {
        assert.ok(error instanceof rpc.ResponseError, String(error));
        return error;
    }
    return assert.fail('the call was not refused');
}

async function calls(client) {
    const hello = await client.sendRequest('broker.hello', { protocol: 1, client: 'interop/1' });
    assert.strictEqual(hello.protocol, 1);
    assert.deepStrictEqual(await client.sendRequest('broker.ping', { payload: 'grüße 😀' }),
                           { payload: 'grüße 😀' });
    const { session, key } = await client.sendRequest('session.start',
                                                      { flags: 0, token: randomUUID() });
    assert.match(key, /^[0-9a-f]{32}$/);
    const joined = await client.sendRequest('session.join', { key, token: randomUUID() });
    assert.notStrictEqual(joined.session, session);
    assert.deepStrictEqual(await client.sendRequest('session.end', { session }), {});
    const document = await client.sendRequest('rpc.discover');
    assert.ok(document.methods.some((method) => method.name === 'session.start'));
}

async function notifications(client) {
    await client.sendNotification('session.start', { flags: 0, token: randomUUID() });
    await client.sendNotification('no.such.method', { x: 1 });
    await client.sendNotification('$/no.such.method');
    const { sessions } = await client.sendRequest('broker.sessions');
    assert.strictEqual(sessions.length, 1, 'the notification was carried out');
    await client.sendRequest('broker.endSession', { hash: sessions[0].hash });
}

async function errors(client) {
    const handle = await refusal(client.sendRequest('session.end', { session: 12345 }));
    assert.strictEqual(handle.code, 6);
    assert.strictEqual(handle.data.name, 'ERROR_INVALID_HANDLE');
    assert.strictEqual(handle.data.subject, 'params.session');
    const range = await refusal(client.sendRequest('session.end', { session: 2 ** 32 + 5 }));
    assert.strictEqual(range.code, rpc.ErrorCodes.InvalidParams);
    const key = await refusal(client.sendRequest('session.join',
                                                 { key: 'a'.repeat(32), token: randomUUID() }));
    assert.strictEqual(key.code, 1219);
    const unknown = await refusal(client.sendRequest('no.such.method', {}));
    assert.strictEqual(unknown.code, rpc.ErrorCodes.MethodNotFound);
    // vscode-jsonrpc sends several arguments as an array.
    const byPosition = await refusal(client.sendRequest('broker.ping', 'a', 'b'));
    assert.strictEqual(byPosition.code, rpc.ErrorCodes.InvalidParams);
}

async function watchAndCancel(client) {
    const events = [];
    let told;
    const startedAndEnded = new Promise((resolve) => { told = resolve; });
    client.onProgress(new rpc.ProgressType(), 'my watch', (event) => {
        events.push(event);
        if (events.length === 2) {
            told();
        }
    });
    const source = new rpc.CancellationTokenSource();
    const watch = refusal(client.sendRequest('broker.watch', { progressToken: 'my watch' },
                                             source.token));
    const { session } = await client.sendRequest('session.start',
                                                 { flags: 0, token: randomUUID() });
    await client.sendRequest('session.end', { session });
    await startedAndEnded;
    assert.deepStrictEqual(events.map(({ event }) => event), ['started', 'ended']);
    source.cancel();
    const ended = await watch;
    assert.strictEqual(ended.code, 1223);
    assert.strictEqual(ended.data.name, 'ERROR_CANCELLED');
}

async function pipelining(client) {
    const payloads = Array.from({ length: 32 }, (_, n) => `call ${n}`);
    const answers = await Promise.all(
        payloads.map((payload) => client.sendRequest('broker.ping', { payload })));
    assert.deepStrictEqual(answers.map(({ payload }) => payload), payloads);
}

/** The library has no batches: frames by hand, read by the library's reader. */
async function batches({ input, output }) {
    const reader = new rpc.StreamMessageReader(input);
    const messages = [];
    let arrived = () => {};
    reader.listen((message) => {
        messages.push(message);
        arrived();
    });
    const next = async () => {
        while (messages.length === 0) {
            await new Promise((resolve) => { arrived = resolve; });
        }
        return messages.shift();
    };
    const send = (message) => {
        const body = Buffer.from(JSON.stringify(message));
        output.write(`Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n` +
                     `content-length: ${body.length}\r\n\r\n`);
        output.write(body);
    };
    const ping = (id) => ({ jsonrpc: '2.0', id, method: 'broker.ping' });

    send([ping(1), { jsonrpc: '2.0', method: 'broker.ping' }, 'nonsense', ping('two')]);
    const mixed = await next();
    assert.deepStrictEqual(mixed.map(({ id }) => id), [1, null, 'two']);
    assert.strictEqual(mixed[1].error.code, rpc.ErrorCodes.InvalidRequest);

    send([{ jsonrpc: '2.0', method: 'broker.ping' }]);
    send([]);
    assert.strictEqual((await next()).error.code, rpc.ErrorCodes.InvalidRequest);

    send(Array.from({ length: 33 }, (_, n) => ping(n)));
    assert.strictEqual((await next()).error.code, rpc.ErrorCodes.InvalidRequest);
    send(Array.from({ length: 32 }, (_, n) => ping(n)));
    assert.strictEqual((await next()).length, 32);
}

/** Everything; `open` makes a new stream to the host. */
async function run(open) {
    const stream = await open();
    const client = connect(stream);
    for (const part of [calls, notifications, errors, watchAndCancel, pipelining]) {
        await part(client);
    }
    client.dispose();
    stream.close();

    const raw = await open();
    await batches(raw);
    raw.close();
}

module.exports = { run };
