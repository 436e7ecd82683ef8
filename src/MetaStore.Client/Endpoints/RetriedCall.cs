using Grpc.Core;

namespace MetaStore.Client.Endpoints;

/// <summary>A unary call that <see cref="EndpointBalancer"/> makes, on one endpoint or, when a try failed, on several in turn.</summary>
/// <param name="Method">Calls a generated client.</param>
/// <param name="Request">Its request.</param>
/// <param name="Kind">Whether it may be retried.</param>
/// <param name="BeganAt">Timestamp of the first try: the command timeout runs from then on.</param>
/// <param name="Cancellation">Cancels the call and the retries.</param>
internal readonly record struct RetriedCall<TRequest, TResponse>(
    Func<EndpointClients, TRequest, CallOptions, AsyncUnaryCall<TResponse>> Method, TRequest Request, CallKind Kind, long BeganAt, CancellationToken Cancellation);
