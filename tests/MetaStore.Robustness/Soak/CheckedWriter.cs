using System.Globalization;
using Grpc.Core;
using MetaStore.Client;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Robustness.Soak;

/// <summary>Puts rising numbers under a few keys of its own, one call at a time, reads them back, and notices every acknowledged put that is not there.</summary>
/// <param name="client">Of all founders.</param>
/// <param name="number">Of this writer.</param>
/// <param name="random">Draws keys and sizes.</param>
internal sealed class CheckedWriter(MetaStoreClient client, int number, Random random)
{
    private const int Keys = 200;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(40);

    private readonly long[] _acknowledged = new long[Keys];
    private readonly long[] _tried = new long[Keys];
    private readonly List<string> _violations = [];
    private long _last;

    /// <summary>Prefix of its keys.</summary>
    public string Prefix => $"{SoakCluster.Prefix}w{number}/";

    /// <summary>Acknowledged puts.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Puts that failed: refused, or with an unknown outcome.</summary>
    public long Failed { get; private set; }

    /// <summary>What was lost or invented.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Writes and reads until the end.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            int key = random.Next(Keys);
            try
            {
                await PutAsync(key);
                if (_last % 8 == 0)
                {
                    Compare(key, await client.Kv.GetAsync(KeyOf(key), CancellationToken.None), "read");
                }
            }
            catch (RpcException)
            {
                Failed++; // the comparison allows both outcomes
            }

            await Task.Delay(s_pause, CancellationToken.None);
        }
    }

    /// <summary>Compares everything one member holds.</summary>
    public async Task CompareAllAsync(MetaStoreClient member, string name)
    {
        var found = new Dictionary<string, KeyValue>();
        await foreach (KeyValue pair in member.Kv.ScanAsync(KeyRange.Prefix(Prefix)))
        {
            found.Add(pair.Key.ToStringUtf8(), pair);
        }

        for (int key = 0; key < Keys; key++)
        {
            Compare(key, found.GetValueOrDefault(KeyOf(key)), name);
        }
    }

    private async Task PutAsync(int key)
    {
        long value = ++_last;
        _tried[key] = value;
        await client.Kv.PutAsync(KeyOf(key), $"{value} {new string('x', random.Next(400))}", CancellationToken.None);
        _acknowledged[key] = value;
        Acknowledged++;
    }

    private void Compare(int key, KeyValue? found, string where)
    {
        long value = found is null ? 0 : long.Parse(found.Value.ToStringUtf8().Split(' ')[0], CultureInfo.InvariantCulture);
        if (value < _acknowledged[key] || value > _tried[key])
        {
            _violations.Add($"{where}: {KeyOf(key)} is {value}, acknowledged {_acknowledged[key]}, tried {_tried[key]}");
        }
    }

    private string KeyOf(int key) => $"{Prefix}{key:d3}";
}
