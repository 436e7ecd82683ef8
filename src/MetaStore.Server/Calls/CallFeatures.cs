using System.Collections;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Calls;

/// <summary>
/// The features of one gRPC call as Grpc.AspNetCore sees them: the call's own parts override Kestrel's. The objects are the same for every call
/// on a stream, so an HttpContext looks each of them up once and not once per call (ADR 0017).
/// </summary>
/// <remarks>
/// Belongs to one call and is reused with it. Other features that a handler sets go to Kestrel's collection, which is reset after the call;
/// <see cref="Revision"/> then changes, so that an HttpContext drops them too.
/// </remarks>
/// <param name="call">The call.</param>
/// <param name="kestrel">Kestrel's own features of the stream.</param>
/// <param name="body">Reads the request.</param>
/// <param name="lifetime">Deadline and cancellation of the call.</param>
/// <param name="output">Writes the response.</param>
/// <param name="services">The listener's services.</param>
internal sealed class CallFeatures(
    ServerCall call, IFeatureCollection kestrel, IRequestBodyPipeFeature body, IHttpRequestLifetimeFeature lifetime, IHttpResponseBodyFeature output,
    IServiceProvidersFeature services) : IFeatureCollection
{
    private readonly IHttpResponseTrailersFeature? _trailers = kestrel.Get<IHttpResponseTrailersFeature>();
    private int _revision;
    private bool _isChanged;

    /// <summary>The call that the features belong to.</summary>
    public ServerCall Call => call;

    /// <summary>The context that Grpc.AspNetCore made for the call; null before.</summary>
    public IServerCallContextFeature? Context { get; private set; }

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public int Revision => _revision;

    /// <inheritdoc/>
    public object? this[Type key]
    {
        get => TryFind(key, out object? own) ? own : kestrel[key];
        set
        {
            if (key == typeof(IServerCallContextFeature))
            {
                Context = (IServerCallContextFeature?)value;
                return;
            }

            RefuseOwn(key);
            kestrel[key] = value;
            Change();
        }
    }

    /// <inheritdoc/>
    public TFeature? Get<TFeature>() => TryFind(typeof(TFeature), out object? own) ? (TFeature?)own : kestrel.Get<TFeature>();

    /// <inheritdoc/>
    public void Set<TFeature>(TFeature? instance)
    {
        if (typeof(TFeature) == typeof(IServerCallContextFeature))
        {
            Context = (IServerCallContextFeature?)(object?)instance;
            return;
        }

        RefuseOwn(typeof(TFeature));
        kestrel.Set(instance);
        Change();
    }

    /// <summary>Clears everything of this call before the object is reused.</summary>
    public void End()
    {
        Context = null;
        if (_isChanged)
        {
            _isChanged = false;
            _revision++;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => kestrel.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The features looked up in every call come first.</summary>
    private bool TryFind(Type key, out object? own)
    {
        // No activity is started for a call; without this, Kestrel would search all its features for one.
        own = key == typeof(IHttpResponseTrailersFeature) ? _trailers
            : key == typeof(IHttpActivityFeature) ? null
            : key == typeof(IServerCallContextFeature) ? Context
            : key == typeof(IRequestBodyPipeFeature) ? body
            : key == typeof(IHttpResponseBodyFeature) ? output
            : key == typeof(IHttpRequestLifetimeFeature) ? lifetime
            : key == typeof(IServiceProvidersFeature) ? services
            : this;
        return own != this;
    }

    private static void RefuseOwn(Type key)
    {
        if (key == typeof(IRequestBodyPipeFeature) || key == typeof(IHttpResponseBodyFeature) || key == typeof(IHttpRequestLifetimeFeature)
            || key == typeof(IServiceProvidersFeature))
        {
            throw new NotSupportedException($"{key.Name} of a gRPC call is the call's own");
        }
    }

    private void Change()
    {
        _isChanged = true;
        _revision++;
    }
}
