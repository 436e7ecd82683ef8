using Grpc.Core;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Auth.Tokens;
using MetaStore.StateMachine.Commands.Tokens;

namespace MetaStore.Server.Auth.Tokens;

/// <summary>This member's own token, by which other members know that a call on their client port is a member's.</summary>
/// <remarks>Issued with the first such call while auth is on, and again when it has run out. Its secret is in this process only. Thread-safe.</remarks>
internal sealed class MemberToken(CallAuth auth, Proposer proposer) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private string? _token;
    private TokenDigest _digest;

    /// <summary>Metadata for a call to another member; empty while auth is off, or when no token could be issued.</summary>
    public async Task<Metadata> HeadersAsync(CancellationToken stop)
    {
        if (!auth.State.IsEnabled)
        {
            return [];
        }

        await _one.WaitAsync(stop);
        try
        {
            if (_token is null || !auth.State.Tokens.TryGet(_digest, out _))
            {
                _token = await IssueAsync();
            }

            return _token is null ? [] : new Metadata { { "token", _token } };
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<string?> IssueAsync()
    {
        string secret = TokenText.NewSecret();
        _digest = TokenText.DigestOf(secret);
        ProposalOutcome outcome = await proposer.ProposeAsync(new TokenIssueCommand { Digest = _digest, User = "", CredentialRevision = 0 }, call: null);
        return outcome.Error == ServerError.None && outcome.Result.Succeeded ? TokenText.Of(secret, outcome.Times.Index) : null;
    }
}
