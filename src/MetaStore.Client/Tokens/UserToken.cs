using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Client.Tokens;

/// <summary>The token of the client's user: requested with the first call, and again when a server does not accept it any more. Safe for concurrent use.</summary>
/// <param name="user">Name of the user.</param>
/// <param name="password">Its password.</param>
internal sealed class UserToken(string user, string password) : IDisposable
{
    /// <summary>Metadata key of a token.</summary>
    private const string Key = "token";

    private static readonly string[] Refusals = [EtcdErrors.InvalidAuthToken, EtcdErrors.OldAuthRevision, EtcdErrors.NoUser];

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Null before the first authentication; empty while the server does not check users.</summary>
    private volatile string? _token;

    /// <summary>No server has said yes to the name and the password yet, nor that it does not check users.</summary>
    public bool IsMissing => _token is null;

    /// <summary>True when a call failed because of its token, so that it may be retried with a new one: it had no effect.</summary>
    public static bool IsRefusal(string text) => Array.Exists(Refusals, refusal => text.EndsWith(refusal, StringComparison.Ordinal));

    /// <summary>Requests a token if there is none.</summary>
    /// <exception cref="RpcException">The password is wrong, or the server cannot be reached.</exception>
    public async Task EnsureAsync(EndpointClients member, DateTime? deadline, CancellationToken cancellation)
    {
        if (_token is not null)
        {
            return;
        }

        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            _token ??= await RequestAsync(member, deadline, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Forgets a token that was not accepted, unless it was replaced already.</summary>
    /// <param name="headers">Of the call that failed.</param>
    public void Forget(Metadata? headers)
    {
        var used = headers?.GetValue(Key) ?? "";
        if (_token is { } token && token == used)
        {
            Interlocked.CompareExchange(ref _token, null, token);
        }
    }

    /// <summary>Metadata of a call: what it had, and the token.</summary>
    public Metadata? With(Metadata? headers)
    {
        if (_token is not { Length: > 0 } token)
        {
            return headers;
        }

        var all = new Metadata { { Key, token } };
        foreach (var entry in headers ?? [])
        {
            all.Add(entry);
        }

        return all;
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<string> RequestAsync(EndpointClients member, DateTime? deadline, CancellationToken cancellation)
    {
        try
        {
            var request = new AuthenticateRequest { Name = user, Password = password };
            return (await member.Auth.AuthenticateAsync(request, deadline: deadline, cancellationToken: cancellation).ResponseAsync.ConfigureAwait(false)).Token;
        }
        catch (RpcException failure) when (failure.Is(EtcdErrors.AuthNotEnabled))
        {
            return "";
        }
    }
}
