// The library is there and frames as we do. argv[2]: the folder of our programs.
'use strict';
const assert = require('node:assert');
const { PassThrough } = require('node:stream');
const rpc = require('vscode-jsonrpc/node');

const wire = new PassThrough();
const client = rpc.createMessageConnection(new rpc.StreamMessageReader(new PassThrough()),
                                           new rpc.StreamMessageWriter(wire));
client.listen();
client.sendNotification('broker.ping').then(() => {
    assert.match(String(wire.read()), /^Content-Length: \d+\r\n\r\n\{.*"broker\.ping"/);
    client.dispose();
});
