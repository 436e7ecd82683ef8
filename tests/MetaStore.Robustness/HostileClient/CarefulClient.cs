using System.Diagnostics;
using MetaStore.Client;
using Grpc.Core;

namespace MetaStore.Robustness.HostileClient;

/// <summary>A well-behaved client on its own connection: sends one put at a time and measures each.</summary>
public sealed class CarefulClient : IDisposable
{
    private readonly MetaStoreClient _client;
    private const int SlowestKept = 5;

    private readonly Dictionary<string, int> _errors = [];
    private readonly List<SlowPut> _slowest = [];

    /// <summary>A client of one member only.</summary>
    public CarefulClient(Uri member) => _client = new MetaStoreClient(new MetaStoreClientOptions
    {
        Endpoints = [member],
        CommandTimeout = TimeSpan.FromSeconds(30),
        DialTimeout = TimeSpan.FromSeconds(5),
    });

    /// <summary>Number of successful puts.</summary>
    public int Puts { get; private set; }

    /// <summary>The longest time from a put to its success, including failed attempts.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>The slowest puts, slowest first.</summary>
    public IReadOnlyList<SlowPut> Slowest => _slowest;

    /// <summary>Number of errors by their text.</summary>
    public IReadOnlyDictionary<string, int> Errors => _errors;

    /// <summary>Puts until <paramref name="end"/> fires.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            var began = Stopwatch.GetTimestamp();
            while (true)
            {
                try
                {
                    await _client.Kv.PutAsync($"careful/{i % 1000}", $"value {i}", cancellation: CancellationToken.None);
                    Puts++;
                    break;
                }
                catch (RpcException failed)
                {
                    var text = $"{failed.StatusCode}: {failed.Status.Detail}";
                    _errors[text] = _errors.GetValueOrDefault(text) + 1;
                    if (end.IsCancellationRequested)
                    {
                        break;
                    }
                }
            }

            var took = Stopwatch.GetElapsedTime(began);
            Longest = took > Longest ? took : Longest;
            Keep(new SlowPut(Stopwatch.GetElapsedTime(start, began).TotalSeconds, took.TotalMilliseconds));
            await Task.Delay(2, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private void Keep(SlowPut put)
    {
        if (_slowest.Count < SlowestKept || put.Milliseconds > _slowest[^1].Milliseconds)
        {
            _slowest.Add(put);
            _slowest.Sort((one, other) => other.Milliseconds.CompareTo(one.Milliseconds));
            _slowest.RemoveRange(Math.Min(SlowestKept, _slowest.Count), Math.Max(0, _slowest.Count - SlowestKept));
        }
    }
}
