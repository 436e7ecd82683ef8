using MetaStore.Testing.HostileClient;

namespace MetaStore.Robustness.HostileClient;

/// <summary>All kinds of hostile clients by name.</summary>
public static class HostileKinds
{
    /// <summary>The attack of each kind.</summary>
    public static IReadOnlyDictionary<string, Func<Attack, Task>> All { get; } = new Dictionary<string, Func<Attack, Task>>(
        FrameFloods.Repeated.Select(flood => KeyValuePair.Create<string, Func<Attack, Task>>(flood.Key, attack => FrameFloods.RepeatAsync(attack, flood.Value))))
    {
        ["ping-unread"] = attack => FrameFloods.RepeatAsync(attack, FrameFloods.Repeated["ping"], isReading: false),
        ["settings-unread"] = attack => FrameFloods.RepeatAsync(attack, FrameFloods.Repeated["settings"], isReading: false),
        ["continuation"] = FrameFloods.ContinuationAsync,
        ["reset"] = attack => FrameFloods.ResetAsync(attack),
        ["reset-by-server"] = attack => FrameFloods.ResetAsync(attack, byServer: true),
        ["half-sent"] = HalfSentCalls.RunAsync,
        ["idle"] = OddConnections.IdleAsync,
        ["slow"] = OddConnections.SlowAsync,
        ["churn"] = OddConnections.ChurnAsync,
        ["broken-frames"] = BrokenFrames.RunAsync,
        ["grpc-bodies"] = GrpcBodies.RunAsync,
        ["random-messages"] = RandomMessages.RunAsync,
        ["gateway"] = GatewayBodies.RunAsync,
        ["websocket"] = GatewayBodies.WebSocketAsync,
        ["slow-reader"] = SlowReaders.RunAsync,
    };
}
