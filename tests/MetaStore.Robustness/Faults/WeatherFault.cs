namespace MetaStore.Robustness.Faults;

/// <summary>Delays, drops, duplicates and reorders packets between members for a while.</summary>
internal sealed class WeatherFault : IFault
{
    public string Name => "weather";

    public async Task OnceAsync(FaultScene scene)
    {
        scene.Note("storm");
        scene.Cluster.Network.Loss = 0.02 + (0.2 * scene.Random.NextDouble());
        scene.Cluster.Network.Duplication = 0.1 * scene.Random.NextDouble();
        scene.Cluster.Network.Delay = TimeSpan.FromMilliseconds(5 + (70 * scene.Random.NextDouble()));
        await Task.Delay(scene.Between(2, 4));
        scene.Cluster.Network.Heal();
    }
}
