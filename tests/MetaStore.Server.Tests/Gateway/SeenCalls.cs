using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Tests.Gateway;

/// <summary>Everything that an observer of calls is shown, in order, as words.</summary>
internal sealed class SeenCalls : ICallObserver
{
    public List<string> Seen { get; } = [];

    public void OnCallStarted(ServiceMethod method) => Seen.Add($"started {method.Name}");

    public void OnMessageReceived(ServiceMethod method, int bytes) => Seen.Add("received");

    public void OnMessageSent(ServiceMethod method, int bytes) => Seen.Add("sent");

    public void OnUnaryHandled(ServiceMethod method, ServerCall call, IMessage request, IMessage? response, Status status, TimeSpan elapsed) =>
        Seen.Add($"unary {request.Descriptor.Name} {response?.Descriptor.Name ?? "none"} {status.StatusCode} {status.Detail}".TrimEnd());

    public void OnHandled(ServiceMethod method, ServerCall call, Status status) => Seen.Add($"handled {status.StatusCode} {status.Detail}".TrimEnd());

    public void OnCallEnded(ServiceMethod method, StatusCode code, TimeSpan elapsed) => Seen.Add($"ended {code}");
}
