using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace MetaStore.Client.Tests.Ecosystem;

/// <summary>Records the intercepted methods, and adds a header.</summary>
internal sealed class CountingInterceptor(string name, ConcurrentQueue<string> seen) : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        seen.Enqueue($"{name} {context.Method.FullName}");
        var headers = context.Options.Headers ?? [];
        headers.Add("x-passed", name);
        return continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers)));
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        seen.Enqueue($"{name} {context.Method.FullName}");
        return continuation(context);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        seen.Enqueue($"{name} {context.Method.FullName}");
        return continuation(request, context);
    }
}
