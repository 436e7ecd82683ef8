using System.Diagnostics;
using MetaStore.Client;
using Grpc.Core;

namespace MetaStore.Robustness.HostileClient;

/// <summary>A client as it should be, on a connection of its own: one put after the other, each measured.</summary>
public sealed class CarefulClient : IDisposable
{
    private readonly MetaStoreClient _client;
    private readonly Dictionary<string, int> _errors = [];

    /// <summary>Of one member only.</summary>
    public CarefulClient(Uri member) => _client = new MetaStoreClient(new MetaStoreClientOptions
    {
        Endpoints = [member],
        CommandTimeout = TimeSpan.FromSeconds(30),
        DialTimeout = TimeSpan.FromSeconds(5),
    });

    /// <summary>Puts that were answered.</summary>
    public int Puts { get; private set; }

    /// <summary>The longest time from a put to its success, attempts that failed included.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>What failed, and how often.</summary>
    public IReadOnlyDictionary<string, int> Errors => _errors;

    /// <summary>Puts until the end.</summary>
    public async Task RunAsync(CancellationToken end)
    {
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
            await Task.Delay(2, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
