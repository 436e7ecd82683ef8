using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace MetaStore.Server.Calls.Services;

/// <summary>All bound methods by path. Immutable; made by <see cref="ServiceBinder"/>.</summary>
internal sealed class ServiceTable
{
    private readonly FrozenDictionary<string, ServiceMethod> _byPath;
    private readonly FrozenSet<string> _services;

    internal ServiceTable(IReadOnlyList<ServiceDescriptor> services, IReadOnlyList<ServiceMethod> methods)
    {
        Services = services;
        Methods = methods;
        _byPath = methods.ToFrozenDictionary(method => method.Path, StringComparer.Ordinal);
        _services = services.Select(service => service.FullName).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The bound services, in the order they were added.</summary>
    public IReadOnlyList<ServiceDescriptor> Services { get; }

    /// <summary>The bound methods; each is at its <see cref="ServiceMethod.Index"/>.</summary>
    public IReadOnlyList<ServiceMethod> Methods { get; }

    /// <summary>Looks up a path without allocating.</summary>
    /// <returns>The method, or null.</returns>
    public ServiceMethod? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>The status for a path without a method, with grpc-go's text.</summary>
    internal Status WhyUnknown(string path)
    {
        var name = path.StartsWith('/') ? path[1..] : path;
        var slash = name.LastIndexOf('/');
        if (slash < 0)
        {
            return new Status(StatusCode.Unimplemented, $"malformed method name: \"{path}\"");
        }

        var service = name[..slash];
        return new Status(
            StatusCode.Unimplemented,
            _services.Contains(service) ? $"unknown method {name[(slash + 1)..]} for service {service}" : $"unknown service {service}");
    }
}
