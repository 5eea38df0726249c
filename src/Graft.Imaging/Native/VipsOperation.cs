namespace Graft.Imaging.Native;

/// <summary>Runs libvips operations by name. Thread-safe.</summary>
internal static unsafe class VipsOperation
{
    /// <summary>
    /// Runs a loader. The bytes must stay in place until the image and all images made from it are disposed, because
    /// libvips reads them when pixels are computed.
    /// </summary>
    /// <returns>The image, or null when libvips reports an error.</returns>
    public static VipsImage? Load(string name, byte* data, int length, string options)
    {
        return Run(
            name,
            options,
            operation =>
            {
                VipsFunctions.Value value = default;
                VipsFunctions.InitializeValue(&value, VipsFunctions.BlobType());
                VipsFunctions.SetBlob(&value, 0, data, (nuint)length);
                VipsFunctions.SetProperty(operation, "buffer", &value);
                VipsFunctions.UnsetValue(&value);
            },
            Image
        );
    }

    /// <summary>Runs an operation that makes one image (its property <c>out</c>) from another (<c>in</c>).</summary>
    /// <returns>The new image, or null when libvips reports an error.</returns>
    public static VipsImage? Apply(string name, VipsImage input, string options) =>
        Run(name, options, operation => SetInput(operation, input), Image);

    /// <summary>
    /// Runs an operation that makes a file's content (its property <c>buffer</c>) from an image (<c>in</c>).
    /// </summary>
    /// <returns>The content, or null when libvips reports an error.</returns>
    public static byte[]? Save(string name, VipsImage input, string options) =>
        Run(name, options, operation => SetInput(operation, input), Buffer);

    private static void SetInput(nint operation, VipsImage input)
    {
        VipsFunctions.Value value = default;
        var referenced = false;
        try
        {
            input.DangerousAddRef(ref referenced);
            VipsFunctions.InitializeValue(&value, VipsFunctions.ImageType());
            VipsFunctions.SetObject(&value, input.DangerousGetHandle());
            VipsFunctions.SetProperty(operation, "in", &value);
            VipsFunctions.UnsetValue(&value);
        }
        finally
        {
            if (referenced)
                input.DangerousRelease();
        }
    }

    private static T? Run<T>(string name, string options, Action<nint> setInput, Func<nint, T> output)
        where T : class
    {
        var operation = VipsFunctions.NewOperation(name);
        if (operation == 0)
            return null;
        try
        {
            setInput(operation);
            if (options.Length > 0 && VipsFunctions.SetOptions(operation, options) != 0)
                return null;
            return VipsFunctions.Build(ref operation) == 0 ? output(operation) : null;
        }
        finally
        {
            VipsFunctions.UnreferenceOutputs(operation);
            VipsFunctions.Unreference(operation);
        }
    }

    private static VipsImage Image(nint operation)
    {
        VipsFunctions.Value value = default;
        VipsFunctions.InitializeValue(&value, VipsFunctions.ImageType());
        VipsFunctions.GetProperty(operation, "out", &value);
        var image = new VipsImage(VipsFunctions.Reference(VipsFunctions.GetObject(&value)));
        VipsFunctions.UnsetValue(&value);
        return image;
    }

    private static byte[] Buffer(nint operation)
    {
        VipsFunctions.Value value = default;
        VipsFunctions.InitializeValue(&value, VipsFunctions.BlobType());
        VipsFunctions.GetProperty(operation, "buffer", &value);
        var data = VipsFunctions.GetBlob(&value, out var length);
        var content = new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
        VipsFunctions.UnsetValue(&value);
        return content;
    }
}
