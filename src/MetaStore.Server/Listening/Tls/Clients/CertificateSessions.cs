using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MetaStore.Server.Listening.Tls.Clients;

/// <summary>The open connections whose other side has shown a certificate. Any thread may call.</summary>
internal sealed class CertificateSessions<TConnection>
    where TConnection : class
{
    private readonly ConcurrentDictionary<TConnection, ClientIdentity> _open = [];
    private long _closed;

    /// <summary>Connections closed because their certificate was no longer accepted.</summary>
    public long Closed => Interlocked.Read(ref _closed);

    /// <summary>Open connections.</summary>
    public int Count => _open.Count;

    /// <summary>Adds a connection after its handshake.</summary>
    public void Add(TConnection connection, ClientIdentity identity) => _open[connection] = identity;

    /// <summary>Takes a connection off when it ends.</summary>
    public void Remove(TConnection connection) => _open.TryRemove(connection, out _);

    /// <summary>Closes the connections whose certificate is not accepted any more. Each certificate is judged once, however many connections show it.</summary>
    /// <param name="whyRefused">Null for a certificate that is still accepted.</param>
    /// <param name="close">Closes a connection; the last argument says why.</param>
    public void Judge(Func<ClientIdentity, string?> whyRefused, Action<TConnection, ClientIdentity, string> close)
    {
        foreach (var same in _open.GroupBy(session => Convert.ToHexString(SHA256.HashData(session.Value.Certificate.Span))))
        {
            if (whyRefused(same.First().Value) is not { } why)
            {
                continue;
            }

            foreach (var (connection, identity) in same)
            {
                Interlocked.Increment(ref _closed);
                close(connection, identity, why);
            }
        }
    }
}
