using System.Net;

namespace MetaStore.Testing.HostileClient;

/// <summary>One kind of hostile client: attacks until the server closes the connection or <paramref name="End"/> fires.</summary>
/// <param name="Target">A client port.</param>
/// <param name="Random">Seeded; the only source of randomness.</param>
/// <param name="End">Fires after some seconds.</param>
public sealed record Attack(IPEndPoint Target, Random Random, CancellationToken End)
{
    /// <summary>Methods whose request body is read: unary and streaming.</summary>
    private static readonly string[] Paths =
    [
        "/etcdserverpb.KV/Put", "/etcdserverpb.KV/Range", "/etcdserverpb.KV/Txn", "/etcdserverpb.Watch/Watch", "/etcdserverpb.Lease/LeaseKeepAlive",
        "/etcdserverpb.Maintenance/Status", "/v3lockpb.Lock/Lock", "/no.Such/Method",
    ];

    /// <summary>A random one of them.</summary>
    public string AnyPath() => Paths[Random.Next(Paths.Length)];

    /// <summary>Sends the same bytes repeatedly until the server closes the connection or the attack ends.</summary>
    public async Task FloodAsync(RawConnection connection, ReadOnlyMemory<byte> bytes)
    {
        while (!End.IsCancellationRequested && await connection.TrySendAsync(bytes, End))
        {
        }
    }

    /// <summary>Waits until the attack ends or the server closes the connection.</summary>
    public async Task HoldAsync(RawConnection connection)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(End);
        await connection.Closed.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Random bytes of random length up to a maximum.</summary>
    public byte[] AnyBytes(int most)
    {
        var bytes = new byte[Random.Next(most)];
        Random.NextBytes(bytes);
        return bytes;
    }
}
