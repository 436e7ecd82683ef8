using System.Diagnostics;
using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Client.Gathering;
using MetaStore.Testing;

namespace MetaStore.Client.Tests.Fakes;

/// <summary>A client with fake members and a fake clock.</summary>
internal sealed class FakeCluster : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly MetaStoreClientOptions _options;

    public FakeCluster(int members, string? user = null, bool gathers = false)
    {
        Members = [.. Enumerable.Range(0, members).Select(_ => new FakeEndpoint())];
        _options = new MetaStoreClientOptions { TimeProvider = Time, User = user, Password = user is null ? null : "secret" };
        Balancer = new EndpointBalancer([.. Members.Select((member, number) => ClientsOf(member, new Uri($"http://fake{number}:2379"), gathers))], _options);
        Client = new MetaStoreClient(_options, Balancer);
    }

    public FakeTimeProvider Time { get; } = new();

    public IReadOnlyList<FakeEndpoint> Members { get; }

    public FakeEndpoint First => Members[0];

    public EndpointBalancer Balancer { get; }

    public MetaStoreClient Client { get; }

    /// <summary>Sets the same response on every member.</summary>
    public void OnAll<TRequest>(string method, Func<TRequest, object?> answer)
    {
        foreach (var member in Members)
        {
            member.On(method, answer);
        }
    }

    /// <summary>Advances the clock in small steps until a condition is true. Continuations run within the step; threads of the pool get time in between.</summary>
    public async Task UntilAsync(Func<bool> condition, string what, TimeSpan? step = null)
    {
        var clock = Stopwatch.StartNew();
        for (var steps = 1; !condition(); steps++)
        {
            if (clock.Elapsed > Limit)
            {
                throw new TimeoutException($"not true within {Limit}: {what}");
            }

            Time.Advance(step ?? TimeSpan.FromMilliseconds(10));
            await (steps % 20 == 0 ? Task.Delay(1) : Task.CompletedTask);
        }
    }

    public void Dispose() => Client.Dispose();

    private EndpointClients ClientsOf(FakeEndpoint member, Uri address, bool gathers)
    {
        var gathering = gathers ? new GatheringInvoker(member, member, address, Time) : null;
        return new EndpointClients(address, gathering ?? (CallInvoker)member, member, gathering, gathering);
    }
}
