using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;

namespace MetaStore.Server.Calls.Services;

/// <summary>All bound methods as one service of Grpc.AspNetCore, which finds them here instead of through a generated base class.</summary>
/// <remarks>It is its own activator: otherwise Grpc.AspNetCore would resolve it from the service provider in each call.</remarks>
/// <param name="table">The methods.</param>
/// <param name="guard">Wraps them.</param>
internal sealed class BoundMethods(ServiceTable table, CallGuard guard) : IServiceMethodProvider<BoundMethods>, IGrpcServiceActivator<BoundMethods>
{
    /// <inheritdoc/>
    public GrpcActivatorHandle<BoundMethods> Create(IServiceProvider serviceProvider) => new(this, created: false, state: null);

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(GrpcActivatorHandle<BoundMethods> service) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<BoundMethods> context)
    {
        foreach (ServiceMethod method in table.Methods)
        {
            method.AddTo(context, guard);
        }
    }
}
