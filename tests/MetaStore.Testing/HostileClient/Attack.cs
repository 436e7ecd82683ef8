using System.Net;

namespace MetaStore.Testing.HostileClient;

/// <summary>One kind of hostile client: does its worst until it is closed or <paramref name="End"/> fires.</summary>
/// <param name="Target">A client port.</param>
/// <param name="Random">Seeded; the only source of choices.</param>
/// <param name="End">After some seconds.</param>
public sealed record Attack(IPEndPoint Target, Random Random, CancellationToken End)
{
    /// <summary>Methods with a body that is read, of every shape.</summary>
    private static readonly string[] Paths =
    [
        "/etcdserverpb.KV/Put", "/etcdserverpb.KV/Range", "/etcdserverpb.KV/Txn", "/etcdserverpb.Watch/Watch", "/etcdserverpb.Lease/LeaseKeepAlive",
        "/etcdserverpb.Maintenance/Status", "/v3lockpb.Lock/Lock", "/no.Such/Method",
    ];

    /// <summary>One of them.</summary>
    public string AnyPath() => Paths[Random.Next(Paths.Length)];

    /// <summary>Sends the same bytes until the server closes or time is up.</summary>
    public async Task FloodAsync(RawConnection connection, ReadOnlyMemory<byte> bytes)
    {
        while (!End.IsCancellationRequested && await connection.TrySendAsync(bytes, End))
        {
        }
    }

    /// <summary>Waits for the end, or until the server closes.</summary>
    public async Task HoldAsync(RawConnection connection)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(End);
        await connection.Closed.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Bytes of any length up to a bound.</summary>
    public byte[] AnyBytes(int most)
    {
        var bytes = new byte[Random.Next(most)];
        Random.NextBytes(bytes);
        return bytes;
    }
}
