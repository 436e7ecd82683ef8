using System.Text;
using Google.Protobuf;
using MetaStore.Cli.Comparing.Statistics;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Puts created once and sent repeatedly: otherwise the client's allocations would be charged to the modes.</summary>
internal sealed class PutRequests
{
    /// <summary>Number of distinct keys, which bounds what a comparison has to delete.</summary>
    private const int Keys = 4096;

    /// <summary>A prime, so that a caller uses all keys.</summary>
    private const int Step = 1009;

    private readonly PutRequest[] _requests;

    /// <summary>Creates the puts for one value size. The values are random: compression does not shrink them.</summary>
    public PutRequests(string prefix, int valueBytes, ulong seed)
    {
        var numbers = new SeededNumbers(seed);
        var value = new byte[valueBytes];
        for (var i = 0; i < value.Length; i++)
        {
            value[i] = (byte)numbers.Next();
        }

        var content = UnsafeByteOperations.UnsafeWrap(value);
        _requests = [.. Enumerable.Range(0, Keys).Select(number => new PutRequest { Key = ByteString.CopyFrom($"{prefix}{number:x4}", Encoding.UTF8), Value = content })];
    }

    /// <summary>The put of a caller's turn.</summary>
    /// <param name="caller">Index of the caller.</param>
    /// <param name="turn">Number of puts it has made before.</param>
    public PutRequest Of(int caller, int turn) => _requests[(int)((caller + ((long)turn * Step)) % Keys)];
}
