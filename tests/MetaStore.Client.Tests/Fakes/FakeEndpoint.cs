using System.Collections.Concurrent;
using System.Net.Http;
using Google.Protobuf;
using MetaStore.Client.Endpoints;
using MetaStore.Grpc;
using MetaStore.Grpc.Client;

namespace MetaStore.Client.Tests.Fakes;

/// <summary>A member that answers as a test says. Methods go by their short names, such as "Range".</summary>
internal sealed class FakeEndpoint : IEndpointChannel
{
    private readonly ConcurrentDictionary<string, Func<IMessage, object>> _answers = new();
    private readonly ConcurrentQueue<(string Method, IMessage Request)> _calls = new();

    /// <summary>Requests of a method, in order of arrival; those on streams too.</summary>
    public T[] Requests<T>(string method) => [.. _calls.Where(call => call.Method == method).Select(call => call.Request).Cast<T>()];

    /// <summary>Sets what a method answers: a message, an exception, or for a stream a list of them. Null leaves the call waiting.</summary>
    public FakeEndpoint On<TRequest>(string method, Func<TRequest, object?> answer)
    {
        _answers[method] = request => answer((TRequest)request) ?? Silence.Instance;
        return this;
    }

    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(Method<TRequest, TResponse> method, TRequest request, CallOptions options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        switch (Answer(method.Descriptor.Name, request))
        {
            case TResponse response:
                return response;
            case Exception failure:
                throw failure;
            default:
                await Task.Delay(Timeout.Infinite, options.CancellationToken);
                throw new InvalidOperationException("never reached");
        }
    }

    public IStreamingCall<TRequest, TResponse> OpenStream<TRequest, TResponse>(Method<TRequest, TResponse> method, CallOptions options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new FakeStream<TRequest, TResponse>(request => Answer(method.Descriptor.Name, request), options.CancellationToken);

    public void Dispose()
    {
    }

    /// <summary>What a call fails with that was sent, or may have been.</summary>
    public static RpcException Unavailable(string text = "etcdserver: request timed out") => new(StatusCode.Unavailable, text);

    /// <summary>What a call fails with that was never sent.</summary>
    public static RpcException Unreachable() =>
        new(new Status(StatusCode.Unavailable, "connection error"), new HttpRequestException(HttpRequestError.ConnectionError));

    private object Answer<TRequest>(string method, TRequest request)
        where TRequest : class, IMessage<TRequest>
    {
        _calls.Enqueue((method, request.Clone()));
        return _answers.TryGetValue(method, out var answer) ? answer(request) : new RpcException(StatusCode.Unimplemented, method);
    }

    private sealed class Silence
    {
        public static readonly Silence Instance = new();
    }
}
