namespace MetaStore.Bench;

/// <summary>Clusters of which at most one runs: the others are stopped (SIGSTOP) until it is their turn.</summary>
internal sealed class RunningSystems(string metaload) : IAsyncDisposable
{
    private readonly Dictionary<string, SystemUnderLoad> _systems = [];

    /// <summary>Starts a cluster, lets it reach its steady state and stops it.</summary>
    /// <param name="system">The cluster.</param>
    /// <param name="loads">What it will have to do.</param>
    /// <param name="prepare">Runs before the first load; null for nothing.</param>
    public async Task StartAsync(ComparedSystem system, IEnumerable<BenchLoad> loads, Func<SystemUnderLoad, Task>? prepare = null)
    {
        var cluster = system.Make();
        var added = _systems[system.Name] = new SystemUnderLoad(cluster, metaload);
        await cluster.StartAsync();
        await (prepare?.Invoke(added) ?? Task.CompletedTask);
        await added.WarmUpAsync(loads);
        added.Pause();
    }

    /// <summary>Resumes a system for one load.</summary>
    /// <remarks>Members that were stopped may hold an election; the load starts when all are healthy, and warms up before measuring.</remarks>
    /// <param name="name">Of the system.</param>
    /// <param name="load">The load.</param>
    /// <param name="seconds">Measured time.</param>
    /// <param name="warmUp">Seconds of the same load before.</param>
    public async Task<LoadFigures> RunAsync(string name, BenchLoad load, int seconds, int warmUp = SystemUnderLoad.WarmUpSeconds)
    {
        var system = _systems[name];
        await system.ResumeAsync();
        var figures = await system.RunAsync(load, seconds, warmUp);
        system.Pause();
        return figures;
    }

    /// <summary>Resumes a system for a load that the caller makes.</summary>
    /// <param name="name">Of the system.</param>
    /// <param name="use">Makes the load; receives the client URLs of the members.</param>
    public async Task<T> UseAsync<T>(string name, Func<IReadOnlyList<Uri>, Task<T>> use)
    {
        var system = _systems[name];
        await system.ResumeAsync();
        var result = await use(system.Members);
        system.Pause();
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var system in _systems.Values)
        {
            await system.DisposeAsync();
        }
    }
}
