import assert from 'node:assert/strict';
import { requestErrorMessage } from '../../client/src/requestError.ts';

describe('requestErrorMessage', () => {
  it('takes off what JSON-RPC puts before a thrown message', () => {
    const error = new Error('Request pgreview/explain failed with message: relation "t" does not exist');
    assert.equal(requestErrorMessage(error), 'relation "t" does not exist');
  });

  it('leaves other messages alone', () => {
    assert.equal(requestErrorMessage(new Error('The Request failed')), 'The Request failed');
    assert.equal(requestErrorMessage('gone'), 'gone');
  });

  it('says what to do when the server went away', () => {
    const error = Object.assign(new Error('Pending response rejected since connection got disposed'), { code: -32097 });
    assert.match(requestErrorMessage(error), /^the language server stopped .* try once more/);
  });
});
