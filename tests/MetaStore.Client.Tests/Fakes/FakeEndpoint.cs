using System.Collections.Concurrent;
using System.Net.Http;
using Google.Protobuf;
using Grpc.Core;

namespace MetaStore.Client.Tests.Fakes;

/// <summary>A member whose responses are set by a test. Methods are given by their short names, such as "Range".</summary>
internal sealed class FakeEndpoint : CallInvoker
{
    private readonly ConcurrentDictionary<string, Func<IMessage, object>> _answers = new();
    private readonly ConcurrentQueue<(string Method, IMessage Request)> _calls = new();
    private readonly ConcurrentQueue<(string Method, string? Token)> _tokens = new();

    /// <summary>Requests of a method, in order of arrival, including those on streams.</summary>
    public T[] Requests<T>(string method) => [.. _calls.Where(call => call.Method == method).Select(call => call.Request).Cast<T>()];

    /// <summary>Tokens of the calls of a method, in order; null for a call without one.</summary>
    public IReadOnlyList<string?> Tokens(string method) => [.. _tokens.Where(call => call.Method == method).Select(call => call.Token)];

    /// <summary>Sets the response of a method: a message, an exception, or for a stream a list of them. With null the call does not complete.</summary>
    public FakeEndpoint On<TRequest>(string method, Func<TRequest, object?> answer)
    {
        _answers[method] = request => answer((TRequest)request) ?? NoResponse.Instance;
        return this;
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        _tokens.Enqueue((method.Name, options.Headers?.GetValue("token")));
        return new(UnaryAsync<TRequest, TResponse>(method.Name, request, options.CancellationToken), Task.FromResult(Metadata.Empty), Unknown, () => Metadata.Empty, () => { });
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        _tokens.Enqueue((method.Name, options.Headers?.GetValue("token")));
        var stream = new FakeStream<TRequest, TResponse>(request => Answer(method.Name, request as IMessage ?? EncodedMessage.Decode(method, request)), options.CancellationToken);
        return new(stream, stream, Task.FromResult(Metadata.Empty), Unknown, () => Metadata.Empty, () => { });
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException("the client blocks no thread");

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException("no test needs it");

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException("etcd has no such method");

    /// <summary>The error of a call that was or may have been sent.</summary>
    public static RpcException Unavailable(string text = "etcdserver: request timed out") => new(new Status(StatusCode.Unavailable, text));

    /// <summary>The error of a call that was not sent.</summary>
    public static RpcException Unreachable() =>
        new(new Status(StatusCode.Unavailable, "connection error", new HttpRequestException(HttpRequestError.ConnectionError)));

    private async Task<TResponse> UnaryAsync<TRequest, TResponse>(string method, TRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        switch (Answer(method, request))
        {
            case TResponse response:
                return response;
            case Exception failure:
                throw failure;
            default:
                await Task.Delay(Timeout.Infinite, cancellation);
                throw new InvalidOperationException("never reached");
        }
    }

    private object Answer<TRequest>(string method, TRequest request)
    {
        // A copy: the client may change its own later.
        var message = (IMessage)request!;
        _calls.Enqueue((method, message.Descriptor.Parser.ParseFrom(message.ToByteString())));
        return _answers.TryGetValue(method, out var answer) ? answer(message) : new RpcException(new Status(StatusCode.Unimplemented, method));
    }

    private static Status Unknown() => throw new InvalidOperationException("the client does not ask for it");

    private sealed class NoResponse
    {
        public static readonly NoResponse Instance = new();
    }
}
