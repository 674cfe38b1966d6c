import { Title } from "@mantine/core";
import { createBrowserRouter } from "react-router";

export const router = createBrowserRouter([{ path: "*", element: <Title>Guildhall</Title> }]);
